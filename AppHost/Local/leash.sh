# leash.sh COMMAND ARGUMENT...
#
# Runs a command in a process group of its own, and ends the whole group when standard input closes: SIGTERM, after 3 seconds SIGKILL.
# The engine holds the other end, so nothing of the group outlives it, not even after kill -9.
set -m                    # job control: each job below gets its own process group
trap : INT TERM HUP QUIT  # what the terminal sends to everybody reaches the command through the engine, in order

"$@" </dev/null &
command=$!
exec 2>/dev/null  # job control reports every ended job

{ while IFS= read -r _; do :; done; kill -TERM -$command; sleep 3; kill -KILL -$command; } <&0 >/dev/null &
holder=$!

while :; do
  wait $command
  code=$?
  kill -0 $command 2>/dev/null || break  # else only a signal to this shell ended the wait
done
kill -KILL -$holder -$command  # the holder, and what the command left behind
exit $code
