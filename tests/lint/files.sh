# Files stay readable (at most 800 lines, headers 400), begin with a comment that tells their idea, and name no place of one machine.
status=0
complain() { echo "$*" >&2; status=1; }
for file in $(git ls-files 'compiler/*.[ch]' 'runtime/*.[ch]' 'compiler/*.def' 'runtime/*.def'); do
    [ -f "$file" ] || continue
    lines=$(wc -l <"$file")
    [ "$lines" -le 800 ] || complain "$file has $lines lines"
    head -c 2 "$file" | grep -qF '/*' || complain "$file does not begin with a comment that tells its idea"
done
twice=$(git ls-files 'compiler/*.c' 'runtime/*.c' | grep -v '^runtime/numerics/' | xargs -n1 basename | sort | uniq -d |
    grep -vE '^(main|ordinal|softmax|step|constant)\.c$')
[ -z "$twice" ] || complain "files of one name: $twice"
git grep -nIE '(^|[^[:alnum:]_.])/(home|root|work|tmp/[a-z0-9]+)/' -- compiler runtime docs README.md tools cmake bench examples |
    grep -v 'tests/' && complain 'paths of one machine'
exit $status
