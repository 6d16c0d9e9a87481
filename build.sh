#!/bin/sh
# The project's tasks on a machine with nothing but the .NET SDK; build.ps1 does the same in PowerShell.
#   ./build.sh [Build|Test|Demo|Package|Install|Bench|Fuzz|Survival|Docs|Slurm] [MSBuild properties, such as -p:TorchBackend=cuda-linux]
set -eu
cd "$(dirname "$0")"

task=Build
case "${1:-}" in
  Build|Test|Demo|Package|Install|Bench|Fuzz|Survival|Docs|Slurm) task=$1; shift ;;
  ''|-p:*) ;;
  *) echo "Unknown task '$1'. The tasks are Build, Test, Demo, Package, Install, Bench, Fuzz, Survival, Docs and Slurm." >&2; exit 2 ;;
esac

if ! command -v dotnet >/dev/null 2>&1; then
  echo "The .NET SDK 10 is needed: https://dotnet.microsoft.com/download" >&2
  exit 2
fi

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# Without this setting .NET needs ICU, which a bare system lacks.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT="${DOTNET_SYSTEM_GLOBALIZATION_INVARIANT:-1}"

dotnet build SleapNn.slnx --configuration Release --verbosity minimal "$@"
if [ "$task" != Build ]; then
  exec dotnet tools/Tasks/bin/Release/net10.0/Tasks.dll "$task"
fi
