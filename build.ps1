#!/usr/bin/env pwsh
#Requires -Version 7.4

<#
.SYNOPSIS
The project's tasks; build.sh does the same where PowerShell is missing.
.PARAMETER Task
Build lays the module out in out/SleapNn, Test runs all tests, Demo trains and predicts on a generated data set,
Package copies the module without native libraries to out/package and checks the copy, Install installs that as a user
does, from the package sources of NuGet's configuration, Bench measures speed,
Fuzz reads 10,000 damaged and hostile checkpoints of each kind, Survival kills training at 100 random moments
and lets it go on, Docs writes docs/configuration.md anew,
Slurm runs the tests of clusters on a real Slurm that it starts on this machine.
.PARAMETER TorchBackend
cpu, cuda-windows or cuda-linux: the TorchSharp packages to build with.
.EXAMPLE
./build.ps1 -Task Test
.EXAMPLE
./build.ps1 -Task Build -TorchBackend cuda-windows
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Demo', 'Package', 'Install', 'Bench', 'Fuzz', 'Survival', 'Docs', 'Slurm')]
    [string] $Task = 'Build',

    [ValidateSet('cpu', 'cuda-windows', 'cuda-linux')]
    [string] $TorchBackend = 'cpu'
)

$ErrorActionPreference = 'Stop'
Push-Location -LiteralPath $PSScriptRoot
try {
    dotnet build SleapNn.slnx --configuration Release --verbosity minimal "-p:TorchBackend=$TorchBackend"
    if ($LASTEXITCODE -eq 0 -and $Task -ne 'Build') {
        dotnet tools/Tasks/bin/Release/net10.0/Tasks.dll $Task
    }
}
finally {
    Pop-Location
}

exit $LASTEXITCODE
