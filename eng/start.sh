#!/usr/bin/env bash
# Start, idle and memory of the whole application, beside a bare AppHost of three empty web projects in the same run. Linux.
#     dotnet build && eng/start.sh [STARTS]
# Start: until all three services answer, the median of the starts in turn. Idle: the services' CPU time in 30 s, after 60 s without a
# request. Memory: their resident sizes then. The ports of AuthDemo, of the dashboard, and 5291 to 5293 must be free.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
starts=${1:-5}
bare=$(mktemp -d)
trap 'rm -rf "$bare"' EXIT

for i in 1 2 3; do dotnet new web --no-restore -o "$bare/Empty$i" > /dev/null; done
install -D -t "$bare/AppHost/Properties" "$root/AppHost/Properties/launchSettings.json"
cat > "$bare/AppHost/AppHost.cs" << 'END'
var builder = DistributedApplication.CreateBuilder(args);
for (var i = 1; i <= 3; i++)
    builder.AddProject($"empty{i}", $"../Empty{i}/Empty{i}.csproj", launchProfileName: null).WithHttpEndpoint(port: 5290 + i);
builder.Build().Run();
END
sdk=$(grep -oPm1 'Aspire.AppHost.Sdk/\K[0-9.]+' "$root/AppHost/AppHost.csproj")
packages=$(grep -oPm1 '<AspireVersion>\K[0-9.]+' "$root/Directory.Packages.props")
cat > "$bare/AppHost/AppHost.csproj" << END
<Project Sdk="Aspire.AppHost.Sdk/$sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType></PropertyGroup>
  <PropertyGroup><ImplicitUsings>enable</ImplicitUsings><NoWarn>ASPIRE010;NU1603</NoWarn></PropertyGroup>
  <ItemGroup><PackageReference Include="Aspire.Hosting.AppHost" Version="$packages" /></ItemGroup>
  <ItemGroup><ProjectReference Include="../Empty?/*.csproj" /></ItemGroup>
</Project>
END
dotnet build "$bare/AppHost" -v quiet -nologo

# Prints seconds until every address answers; with a file name also idle and memory into it.
run() { # FOLDER PATTERN FILE ADDRESS...
  local folder=$1 pattern=$2 file=$3 begin=$EPOCHREALTIME; shift 3
  dotnet run --no-build --project "$folder/AppHost" > "$bare/log" 2>&1 &
  local apphost=$!
  for address in "$@"; do
    until curl -s -o /dev/null "$address"; do kill -0 $apphost || { cat "$bare/log" >&2; exit 1; }; sleep 0.05; done
  done
  awk "BEGIN { printf \"%.1f\n\", $EPOCHREALTIME - $begin }"
  if [ -n "$file" ]; then
    cpu() { pgrep -f "$pattern" | xargs -I{} cat /proc/{}/stat | awk '{ n += $14 + $15 } END { print n }'; }
    sleep 60; local before; before=$(cpu); sleep 30
    echo "idle $(awk "BEGIN { printf \"%.1f\", ($(cpu) - $before) / $(getconf CLK_TCK) / 30 * 100 }") % of a core," \
      "memory $(ps -o rss= -p "$(pgrep -d, -f "$pattern")" | awk '{ n += $1 } END { printf "%d", n / 1024 }') MB" > "$file"
  fi
  kill $apphost; wait $apphost 2> /dev/null || true
  sleep 20 # the orchestrator holds the ports for a while
}

for ((i = 1; i <= starts; i++)); do
  last=$([ "$i" = "$starts" ] && echo yes || true)
  theirs+=("$(run "$bare" "$bare/Empty[123]/bin" "${last:+$bare/theirs}" localhost:529{1,2,3}/)")
  ours+=("$(run "$root" "$root/(Api|Web|StandIn)/bin" "${last:+$bare/ours}" localhost:{8080/realms/authdemo,5181/health,5180/health})")
done
median() { printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"; }
o=$(median "${ours[@]}") t=$(median "${theirs[@]}")
echo "bare AppHost: start $t s, $(cat "$bare/theirs")"
echo "AuthDemo:     start $o s, $(awk "BEGIN { printf \"%.2f\", $o / $t }") times that, $(cat "$bare/ours")"
