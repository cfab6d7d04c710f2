#!/bin/sh
# Runs a command as a named phase and says how long it took. usage: phase.sh NAME COMMAND...
name=$1
shift
log=build/phases.txt
mkdir -p build
echo "== $name"
start=$(date +%s)
"$@"
status=$?
[ $status -eq 0 ] && result=ok || result=FAILED
printf '%-34s %4d s  %s\n' "$name" $(($(date +%s) - start)) "$result" | tee -a $log
exit $status
