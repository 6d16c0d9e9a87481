BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1

    function New-Labels([int] $Frames) {
        $labels = [SleapNn.SleapLabels]::new()
        $labels.Skeletons.Add([SleapNn.Skeleton]::new())
        'head', 'tail' | ForEach-Object { $labels.Skeleton.Nodes.Add($_) }
        $labels.Videos.Add([SleapNn.SleapVideo]@{ FileName = '/nowhere/a.mp4' })
        foreach ($frame in 0..($Frames - 1)) {
            $instances = foreach ($y in 0, 100) {
                $points = [SleapNn.PosePoint[]] @(
                    [SleapNn.PosePoint]::new(10 + $frame, 10 + $y, $true, $false, 0.9), [SleapNn.PosePoint]::new(40 + $frame, 30 + $y, $true, $false, 0.9))
                [SleapNn.PoseInstance]::new($labels.Skeleton, $points, 'Predicted')
            }
            $labels.Frames.Add([SleapNn.LabeledFrame]::new($labels.Videos[0], $frame, [SleapNn.PoseInstance[]] $instances))
        }
        $labels
    }
}

Describe 'Invoke-SleapTracking' {
    It 'gives every animal one track' {
        $tracked = New-Labels 5 | Invoke-SleapTracking
        $tracked.Tracks.Name | Should -Be 'track_0', 'track_1'
        $tracked.Frames | ForEach-Object { $_.Instances.Track.Name | Should -Be 'track_0', 'track_1' }
    }

    It 'warns of poses beyond the maximum number of tracks' {
        $tracked = New-Labels 2 | Invoke-SleapTracking -MaxTracks 1 -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings | Should -HaveCount 1
        $tracked.Tracks | Should -HaveCount 1
    }

    It 'writes a file, and replaces it only with -Force' {
        $output = Join-Path $TestDrive 'tracked.slp'
        New-Labels 3 | Invoke-SleapTracking -OutputPath $output | Out-Null
        (Import-SleapLabels $output).Tracks | Should -HaveCount 2
        { New-Labels 3 | Invoke-SleapTracking -OutputPath $output -ErrorAction Stop } | Should -Throw -ErrorId 'OutputExists*'
        { New-Labels 3 | Invoke-SleapTracking -OutputPath $output -Force -ErrorAction Stop } | Should -Not -Throw
    }

    It 'writes an analysis file or CSV where the name asks for it' {
        New-Labels 3 | Invoke-SleapTracking -OutputPath (Join-Path $TestDrive tracked.analysis.h5) | Out-Null
        (Get-Content (Join-Path $TestDrive tracked.analysis.h5) -AsByteStream -TotalCount 4)[1..3] | Should -Be ([byte[]][char[]]'HDF')
        New-Labels 3 | Invoke-SleapTracking -OutputPath (Join-Path $TestDrive tracked.csv) | Out-Null
        (Import-Csv (Join-Path $TestDrive tracked.csv)).track | Sort-Object -Unique | Should -Be 'track_0', 'track_1'
    }

    It 'does nothing with -WhatIf' {
        $output = Join-Path $TestDrive 'whatif.slp'
        New-Labels 3 | Invoke-SleapTracking -OutputPath $output -WhatIf | Should -BeNullOrEmpty
        $output | Should -Not -Exist
    }

    It 'says what does not go together' {
        { New-Labels 1 | Invoke-SleapTracking -Motion Kalman } | Should -Throw -ErrorId 'TrackingOptionConflict*' -ExpectedMessage '*TargetInstanceCount*'
    }
}
