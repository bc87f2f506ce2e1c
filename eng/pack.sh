#!/usr/bin/env bash
# Packs AuthTracing, looks at what is in the package, and adds it from a folder to a new web API, which has to build without a warning.
#
#     eng/pack.sh                            for .NET 10
#     eng/pack.sh -p:AllFrameworks=true      for .NET 8, 9 and 10, as it is published
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export NUGET_PACKAGES="$work/packages" # not an older package of the same version

dotnet pack AuthTracing -o "$work/feed" -v quiet -nologo "$@"
unzip -q "$work"/feed/AuthTracing.*.nupkg -d "$work/content"
for file in README.md lib/net10.0/AuthTracing.dll lib/net10.0/AuthTracing.xml; do
  test -s "$work/content/$file" || { echo "The package lacks $file."; exit 1; }
done
grep -q '<license type="expression">MIT</license>' "$work/content/AuthTracing.nuspec" || { echo "The package has no licence."; exit 1; }
unzip -q "$work"/feed/AuthTracing.*.snupkg -d "$work/symbols"
symbols="$work/symbols/lib/net10.0/AuthTracing.pdb"
test -s "$symbols" || { echo "There are no symbols."; exit 1; }
# The SDK makes SourceLink of the remote's address; a clone without one has none.
! git remote get-url origin > /dev/null 2>&1 || grep -aq '{"documents":{' "$symbols" || { echo "There is no SourceLink."; exit 1; }

dotnet new webapi --no-openapi --no-restore -o "$work/Shop" > /dev/null
cd "$work/Shop"
cat > NuGet.config <<XML
<configuration>
  <packageSources>
    <clear />
    <add key="feed" value="$work/feed" />
  </packageSources>
</configuration>
XML
dotnet add package AuthTracing > /dev/null
sed -i 's/^var app = /AuthTracing.AuthTracingServices.AddAuthTracing(builder.Services);\n\n&/' Program.cs
grep -q AddAuthTracing Program.cs
dotnet build -v quiet -nologo -warnaserror
echo "The package works in a new web API."
