# Includes between the compiler's folders follow compiler/layers.txt; the runtime includes nothing of the compiler; only codegen and
# link see LLVM.
status=0
complain() { echo "$*" >&2; status=1; }
while IFS=: read -r folder allowed; do
    case $folder in '' | '#'*) continue ;; esac
    for file in compiler/"$folder"/*.[ch] compiler/"$folder"/*/*.[ch] compiler/"$folder"/*.def; do
        [ -f "$file" ] || continue
        for edge in $(sed -nE 's/^ *# *include +"([a-z_]+)\/.*/\1/p' "$file" | sort -u); do
            case " $folder $allowed " in
                *" $edge "*) ;;
                *) complain "$file includes $edge/, which compiler/layers.txt does not allow for $folder/" ;;
            esac
        done
    done
done <compiler/layers.txt
for folder in compiler/*/; do
    grep -q "^$(basename "$folder"):" compiler/layers.txt || complain "compiler/layers.txt has no row for $folder"
done
for name in compiler/*/; do
    name=$(basename "$name")
    grep -rlE "^ *# *include +\"$name/" runtime 2>/dev/null | while read -r file; do
        # folders of both worlds may share a name; what counts is whose header it is
        header=$(sed -nE "s/^ *# *include +\"($name\/[^\"]+)\".*/\1/p" "$file" | head -1)
        [ -f "runtime/$header" ] || echo "$file"
    done
done | grep . && complain 'the runtime includes headers of the compiler'
grep -rlE '# *include +[<"](llvm|lld)' compiler --include='*.[ch]*' | grep -vE '^compiler/(codegen|link)/' &&
    complain 'only codegen/ and link/ may see LLVM'
exit $status
