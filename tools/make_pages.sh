#!/bin/sh
# make_pages.sh OUT.c PAGE.md...: the pages as the table of compiler/driver/pages.h, in the order of their names.
set -eu
out=$1
shift
{
    echo '#include "driver/pages.h"'
    echo 'const Page page_table[] = {'
    for page in "$@"; do
        name=$(basename "$page" .md)
        printf '    {"%s",\n' "$name"
        sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/     "/' -e 's/$/\\n"/' "$page"
        echo '    },'
    done
    echo '};'
    echo 'const int64_t page_count = sizeof page_table / sizeof *page_table;'
} >"$out.tmp"
mv "$out.tmp" "$out"
