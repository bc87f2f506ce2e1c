#!/usr/bin/env bash
# Start, idle and memory of the whole application, beside a bare AppHost of three empty web projects in the same run. Linux.
#
#     dotnet build && eng/start.sh [STARTS]
#
# Start: from the command until all three services answer; median of the starts in turn. Idle: CPU time of the services in 30 s, after 60 s
# without a request. Memory: their resident sizes then. The ports of AuthDemo, of the dashboard, and 5291 to 5293 must be free.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
starts=${1:-5}
bare=$(mktemp -d)
trap 'rm -rf "$bare"' EXIT

version() { grep -oP "(?<=$1)[0-9.]+" "$2" | head -n 1; }
sdk=$(version 'Aspire.AppHost.Sdk/' "$root/AppHost/AppHost.csproj")
packages=$(version '<AspireVersion>' "$root/Directory.Packages.props")
mkdir -p "$bare/AppHost/Properties"
cp "$root/AppHost/Properties/launchSettings.json" "$bare/AppHost/Properties"
{
  echo 'var builder = DistributedApplication.CreateBuilder(args);'
  for i in 1 2 3; do echo "builder.AddProject<Projects.Empty$i>(\"empty$i\").WithHttpEndpoint(port: 529$i);"; done
  echo 'builder.Build().Run();'
} > "$bare/AppHost/AppHost.cs"
{
  echo "<Project Sdk=\"Aspire.AppHost.Sdk/$sdk\"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework>" \
    '<ImplicitUsings>enable</ImplicitUsings><NoWarn>ASPIRE010;NU1603</NoWarn></PropertyGroup><ItemGroup>'
  echo "<PackageReference Include=\"Aspire.Hosting.AppHost\" Version=\"$packages\" />"
  for i in 1 2 3; do echo "<ProjectReference Include=\"../Empty$i/Empty$i.csproj\" />"; done
  echo '</ItemGroup></Project>'
} > "$bare/AppHost/AppHost.csproj"
for i in 1 2 3; do
  mkdir "$bare/Empty$i"; echo '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>' > "$bare/Empty$i/Empty$i.csproj"
  echo 'var app = Microsoft.AspNetCore.Builder.WebApplication.Create(args); app.Run();' > "$bare/Empty$i/Program.cs"
done
dotnet build "$bare/AppHost" -v quiet -nologo

# Prints seconds until every address answers; with a file name also idle and memory into it.
run() { # FOLDER PATTERN FILE ADDRESS...
  local folder=$1 pattern=$2 file=$3 begin=$EPOCHREALTIME; shift 3
  dotnet run --no-build --project "$folder/AppHost" > "$bare/log" 2>&1 &
  local apphost=$!
  for address in "$@"; do until curl -s -o /dev/null "$address"; do kill -0 $apphost || { cat "$bare/log" >&2; exit 1; }; sleep 0.05; done; done
  awk "BEGIN { printf \"%.1f\n\", $EPOCHREALTIME - $begin }"
  if [ -n "$file" ]; then
    cpu() { pgrep -f "$pattern" | xargs -I{} awk '{ n += $14 + $15 } END { print n }' /proc/{}/stat | awk '{ n += $1 } END { print n }'; }
    sleep 60; local before; before=$(cpu); sleep 30
    echo "idle $(awk "BEGIN { printf \"%.1f\", ($(cpu) - $before) / $(getconf CLK_TCK) / 30 * 100 }") % of a core," \
      "memory $(ps -o rss= -p "$(pgrep -d, -f "$pattern")" | awk '{ n += $1 } END { printf "%d", n / 1024 }') MB" > "$file"
  fi
  kill $apphost; wait $apphost 2> /dev/null || true
  sleep 20 # the orchestrator holds the ports for a while
}

ours=() theirs=()
for ((i = 1; i <= starts; i++)); do
  last=$([ "$i" = "$starts" ] && echo yes || true)
  theirs+=("$(run "$bare" "$bare/Empty[123]/bin" "${last:+$bare/theirs}" http://localhost:529{1,2,3}/)")
  ours+=("$(run "$root" "$root/(Api|Web|StandIn)/bin" "${last:+$bare/ours}" http://localhost:{8080/realms/authdemo,5181/health,5180/health})")
done
median() { printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"; }
o=$(median "${ours[@]}") t=$(median "${theirs[@]}")
echo "bare AppHost: start $t s, $(cat "$bare/theirs")"
echo "AuthDemo:     start $o s, $(awk "BEGIN { printf \"%.2f\", $o / $t }") times that, $(cat "$bare/ours")"
