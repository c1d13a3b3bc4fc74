# A part of the faulty and healthy set-ups, with one seed each: all faults are found, by an accepted cause; no healthy one is blamed.
# bench/faults.py prints the rates of all.
. tests/e2e/library.bash
expect_status 0 "${CC:-cc}" -O1 specs/faulty/rows.c -o "$work/rows" -lm
expect_status 0 python3 bench/faults.py "$build" "$work/rows" --seeds 1 --no-repair \
    --only f01,f03,f13,f15,f17,f25,f31,f33,f35,f41,h01,h03,h04,h06,h07,h08,h16
expect_text "$work/out" 'detected 10/10'
expect_text "$work/out" 'cause 10/10'
expect_text "$work/out" 'false alarms false 0/7'
finish
