BeforeDiscovery {
    $shared = if ($env:SLEAPNN_SHARED) { $env:SLEAPNN_SHARED } else {
        for ($folder = Get-Item $PSScriptRoot; $folder; $folder = $folder.Parent) {
            $candidate = Join-Path $folder.FullName 'shared'
            if (Test-Path (Join-Path $candidate 'reference')) { $candidate; break }
        }
    }
}

BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
}

Describe 'Invoke-SleapPrediction' {
    It 'says what does not go together before anything is read' {
        { Invoke-SleapPrediction ./a.mp4 -Model ./m -Tracking -Score Iou } | Should -Throw -ErrorId 'TrackingOptionConflict*'
        { Invoke-SleapPrediction ./a.mp4 -Model ./m -Resume } | Should -Throw -ErrorId 'ResumeNeedsOutput*'
    }

    It 'names a source that is not there' {
        { Invoke-SleapPrediction ./nothing.mp4 -Model $TestDrive -ErrorAction Stop } | Should -Throw -ErrorId 'PathNotFound*'
    }

    It 'names a folder without a model' {
        Set-Content (Join-Path $TestDrive 'a.mp4') 'no video'
        { Invoke-SleapPrediction (Join-Path $TestDrive 'a.mp4') -Model $TestDrive -ErrorAction Stop } | Should -Throw -ErrorId 'Model*'
    }

    Context 'with models' -Skip:(-not $shared) -ForEach @{ Shared = $shared } {
        BeforeAll {
            $video = Join-Path $Shared 'data/datasets/centered_pair_small.mp4'
            $bottomup = Join-Path $Shared 'data/models/minimal_instance_bottomup'
            $topdown = 'centroid', 'centered_instance' | ForEach-Object { Join-Path $Shared "data/models/minimal_instance_$_" }
        }

        It 'finds two animals with two models' {
            $labels = Invoke-SleapPrediction $video -Model $topdown -FrameRange 0-2
            $labels.Frames | ForEach-Object { $_.Instances | Should -HaveCount 2 }
        }

        It 'tracks, writes a file and returns it' {
            $output = Join-Path $TestDrive 'out.slp'
            $file = Get-Item $video | Invoke-SleapPrediction -Model $bottomup -FrameRange 0-2 -Tracking -MaxTracks 2 -OutputPath $output
            $file | Should -BeOfType System.IO.FileInfo
            ($file | Import-SleapLabels).Tracks.Name | Should -Be 'track_0', 'track_1'
        }

        It 'does nothing with -WhatIf' {
            $output = Join-Path $TestDrive 'whatif.slp'
            Invoke-SleapPrediction $video -Model $bottomup -OutputPath $output -WhatIf | Should -BeNullOrEmpty
            $output | Should -Not -Exist
        }

        It 'refuses frames that are not there' {
            { Invoke-SleapPrediction $video -Model $bottomup -FrameRange 5000 -ErrorAction Stop } | Should -Throw -ErrorId 'FrameRangeOutside*'
        }

        It 'warns when nothing was found' {
            Invoke-SleapPrediction $video -Model $bottomup -FrameRange 0 -PeakThreshold 1 -WarningVariable warnings -WarningAction SilentlyContinue | Out-Null
            $warnings | Should -HaveCount 1
        }
    }
}
