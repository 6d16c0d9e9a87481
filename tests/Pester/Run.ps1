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
$env:SLEAPNN_MODULE = $ModulePath
$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'
$result = Invoke-Pester -Configuration $configuration
# A file that cannot even be read, or a failing BeforeAll, is a failure too.
$failed = $result.FailedCount + $result.FailedContainersCount + $result.FailedBlocksCount
@{ Passed = $result.PassedCount; Failed = $failed; Skipped = $result.SkippedCount + $result.NotRunCount } |
    ConvertTo-Json | Set-Content -LiteralPath $ResultPath
exit [int]($failed -gt 0)
