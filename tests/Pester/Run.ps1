#Requires -Version 7.4

# Runs all of Pester's tests on a built module. Exits with 3 where Pester 5 is not installed.
param(
    [Parameter(Mandatory)] [string] $ModulePath,
    [Parameter(Mandatory)] [string] $ResultPath,
    [string] $Path = $PSScriptRoot
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module -ListAvailable -Name Pester | Where-Object { $_.Version.Major -ge 5 })) {
    exit 3
}

Import-Module -Name Pester -MinimumVersion 5.0
$env:SLEAPNN_MODULE = (Resolve-Path -LiteralPath $ModulePath).Path
$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'
$result = Invoke-Pester -Configuration $configuration
# A file that cannot even be read, or a failing AfterAll, is a failure too, though no test failed.
$others = $result.FailedContainersCount + $result.FailedBlocksCount
$failed = if ($result.FailedCount -eq 0) { $others } else { $result.FailedCount }
@{ Passed = $result.PassedCount; Failed = $failed; Skipped = $result.SkippedCount + $result.NotRunCount } |
    ConvertTo-Json | Set-Content -LiteralPath $ResultPath
exit [int]($failed -gt 0)
