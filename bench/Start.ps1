<#
.SYNOPSIS
How long a new process takes from its start to the first predicted frame.
.DESCRIPTION
Starts pwsh (where it is installed) and the host, in turns: once with nothing to do, and once to import the module and predict
one frame of a video. The time ends when the frame was predicted, as the process itself tells; what it takes to end is printed
beside it. The fastest of several rounds counts. Needs the reference data; says so and ends where they are absent.
.PARAMETER Rounds
How often each is started.
#>
[CmdletBinding()]
param([int] $Rounds = 5)

$ErrorActionPreference = 'Stop'
$out = (Resolve-Path "$PSScriptRoot/../out").ProviderPath
$shared = if ($env:SLEAPNN_SHARED) { $env:SLEAPNN_SHARED } else { "$PSScriptRoot/../../shared" }
$video = "$shared/data/datasets/centered_pair_small.mp4"
if (-not (Test-Path -LiteralPath $video)) {
    Write-Output "Skipped: the reference data are not at '$shared'. Set SLEAPNN_SHARED to their folder."
    return
}

$predict = "`$ProgressPreference = 'SilentlyContinue'; Import-Module '$out/SleapNn'; " +
    "`$null = Invoke-SleapPrediction '$video' -Model '$shared/data/models/minimal_instance_single_instance' -FrameRange 0; [DateTime]::UtcNow.Ticks"
$programs = @{ 'sleapnn' = 'dotnet', "$out/host/sleapnn.dll", '-NoLogo' }
if (Get-Command pwsh -CommandType Application -ErrorAction Ignore) {
    $programs['pwsh'] = 'pwsh', '-NoProfile', '-NonInteractive'
}

# Seconds until the command told the time, and until the process had ended.
function Measure-Start([string[]] $Program, [string] $Command) {
    $start = [Diagnostics.ProcessStartInfo]::new($Program[0])
    foreach ($argument in @($Program | Select-Object -Skip 1) + '-Command', $Command) {
        $start.ArgumentList.Add($argument)
    }

    $start.RedirectStandardOutput = $true
    $began = [DateTime]::UtcNow
    $process = [Diagnostics.Process]::Start($start)
    $told = $process.StandardOutput.ReadToEnd().Trim()
    $process.WaitForExit()
    $ended = [DateTime]::UtcNow
    if ($process.ExitCode -ne 0 -or $told -notmatch '^\d+$') {
        throw "'$($Program[0])' failed with exit code $($process.ExitCode): $told"
    }

    (([long] $told - $began.Ticks) / 1e7), ($ended - $began).TotalSeconds
}

$best = @{}
for ($round = 0; $round -lt $Rounds; $round++) {
    foreach ($name in $programs.Keys) {
        foreach ($work in @{ Name = 'nothing'; Command = '[DateTime]::UtcNow.Ticks' }, @{ Name = 'one frame'; Command = $predict }) {
            $told, $ended = Measure-Start $programs[$name] $work.Command
            $key = '{0,-8} {1,-10}' -f $name, $work.Name
            if (-not $best[$key] -or $told -lt $best[$key].Told) {
                $best[$key] = @{ Told = $told; Ended = $ended }
            }
        }
    }
}

Write-Output "From the start of a process, best of $Rounds"
foreach ($key in $best.Keys | Sort-Object) {
    '{0} done after {1:0.00} s, ended after {2:0.00} s' -f $key, $best[$key].Told, $best[$key].Ended
}
