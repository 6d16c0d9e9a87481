BeforeDiscovery {
    $noBash = -not $IsLinux
}

BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
    $programs = (Resolve-Path (Join-Path $PSScriptRoot '../FakeSlurm')).Path
    $script:hostPath = Join-Path $programs 'sleapnn'
    $script:before = $env:PATH
    $env:FAKE_SLURM = (New-Item -ItemType Directory (Join-Path $TestDrive 'slurm')).FullName
    $env:SLEAPNN_STATE = Join-Path $TestDrive 'state'
    $env:PATH = $programs + [IO.Path]::PathSeparator + $env:PATH

    function New-Variant([string[]] $Name) {
        New-SleapConfig -Head centroid -MaxEpochs 2 | Expand-SleapConfig -List ($Name | ForEach-Object { @{ trainer_config = @{ run_name = $_; seed = $_.Length } } })
    }

    function Submit([string[]] $Name, [hashtable] $With = @{}) {
        New-Variant $Name | Submit-SleapTraining -JobPath (Join-Path $TestDrive ([guid]::NewGuid())) -HostPath $hostPath @With
    }
}

AfterAll {
    Get-ChildItem $env:FAKE_SLURM -Filter *.pid | ForEach-Object { & /bin/kill -KILL -- "-$(Get-Content $_)" 2>$null }
    $env:PATH = $script:before
    Remove-Item Env:FAKE_SLURM, Env:SLEAPNN_STATE
}

Describe 'Jobs on a cluster' -Skip:$noBash {
    It 'submits one job array and collects its runs' {
        $job = Submit 'a', 'bb' @{ Gpu = '1'; CpuCount = 4; Memory = '8G'; TimeLimit = '4:00:00' }
        $job | Should -BeOfType SleapNn.ClusterJob
        $job.Tasks.Name | Should -Be 'a', 'bb'
        Join-Path $job.Path 'job.sh' | Should -FileContentMatch '--gres=gpu:1'
        $runs = $job | Receive-SleapJob -Wait -IntervalSeconds 1
        $runs | Should -BeOfType SleapNn.SleapRun
        $runs.seed | Should -Be 1, 2
        ($job | Get-SleapJob -Task | Sort-Object seed -Descending).Name | Should -Be 'bb', 'a'
    }

    It 'shows the script with -WhatIf' {
        $text = pwsh -NoProfile -Command "Import-Module '$modulePath'; New-SleapConfig -RunName x | Submit-SleapTraining -HostPath '$hostPath' -Partition gpu -WhatIf" | Out-String
        $text | Should -Match '#SBATCH --partition=gpu'
        $text | Should -Match '--requeue'
    }

    It 'tells what failed with the end of its log' {
        $job = Submit 'good', 'fails'
        $runs = $job | Receive-SleapJob -Wait -IntervalSeconds 1 -ErrorAction SilentlyContinue -ErrorVariable failed
        $runs.Name | Should -Be 'good'
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'ClusterRunFailed*'
        $failed[0].ToString() | Should -Match 'There is no labels file'
        (Get-SleapJob -State Failed).Id | Should -Contain $job.Id
    }

    It 'stops a job, after asking' {
        $job = Submit 'slow'
        for ($i = 0; $i -lt 100 -and ($job | Get-SleapJob -Task).Epochs -eq 0; $i++) { Start-Sleep -Milliseconds 100 }
        $job | Stop-SleapJob -WhatIf
        ($job | Get-SleapJob).State | Should -Be 'Running'
        $job | Stop-SleapJob -Confirm:$false
        for ($i = 0; $i -lt 100 -and -not ($job | Get-SleapJob).HasEnded; $i++) { Start-Sleep -Milliseconds 100 }
        ($job | Get-SleapJob -Task).State | Should -Be 'Stopped'
        $job | Receive-SleapJob -WarningVariable warned -WarningAction SilentlyContinue
        $warned[0] | Should -Match 'was cancelled after 1 epochs'
    }

    It 'completes ids of jobs' {
        $job = Submit 'a'
        $line = "Receive-SleapJob $($job.Id)"
        (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches.CompletionText | Should -Be $job.Id
    }

    It 'finds jobs by their folders' {
        $job = Submit 'a'
        (Get-SleapJob -Path $job.Path).Id | Should -Be $job.Id
        (Get-Item $job.Path | Get-SleapJob -Task).Name | Should -Be 'a'
        { Get-SleapJob -LiteralPath $env:SLEAPNN_STATE -ErrorAction Stop } | Should -Throw -ErrorId 'ClusterJobNotFound*'
    }
}

Describe 'Submit-SleapTraining without Slurm' {
    It 'says where to go' {
        $path = $env:PATH
        try {
            $env:PATH = $TestDrive
            { New-Variant 'x' | Submit-SleapTraining -JobPath (Join-Path $TestDrive 'none') -HostPath $hostPath -ErrorAction Stop } |
                Should -Throw '*login node*' -ErrorId 'ClusterProgramNotFound*'
        }
        finally {
            $env:PATH = $path
        }
    }
}
