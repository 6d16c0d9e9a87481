BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
    $data = New-SleapDemoDataset (Join-Path $TestDrive data) -Frames 6 -TestFrames 4
    $run = New-SleapConfig $data.TrainPath -Head single_instance -Backbone unet -MaxEpochs 1 -Scale 0.5 -OutputPath $TestDrive -RunName model -Values @{
        'model_config.backbone_config.unet' = @{ max_stride = 8; output_stride = 4; filters = 4 }
        'model_config.head_configs.single_instance.confmaps.output_stride' = 4
        'trainer_config.min_train_steps_per_epoch' = 1
        'trainer_config.train_steps_per_epoch' = 1
    } | Start-SleapTraining
    $executable = (Get-Process -Id $PID).Path
}

Describe 'Watch-SleapFolder' {
    BeforeEach {
        $videos = New-Item (Join-Path $TestDrive "videos $([guid]::NewGuid().ToString('N').Substring(0, 6))") -ItemType Directory
        Copy-Item $data.VideoPath (Join-Path $videos 'a.mp4')
    }

    It 'handles what is there once' {
        $summary = Watch-SleapFolder $videos -Model $run -SettleTime 0 -Once
        $summary | Should -BeOfType SleapNn.WatchSummary
        $summary.Done | Should -Be 1
        Join-Path $videos 'a.predictions.slp' | Should -Exist
        (Watch-SleapFolder $videos -Model $run -SettleTime 0 -Once).AlreadyDone | Should -Be 1
    }

    It 'streams videos as they are done' {
        $video = Watch-SleapFolder $videos -Model $run -SettleTime 0 | Select-Object -First 1
        $video | Should -BeOfType SleapNn.WatchedVideo
        $video.State | Should -Be 'Done'
    }

    It 'goes on after a failure even where errors stop a script, and tells it by its exit code' {
        Set-Content (Join-Path $videos 'bad.mp4') 'no video'
        & $executable -NoProfile -NonInteractive -Command "
            `$ErrorActionPreference = 'Stop'
            Import-Module '$modulePath'
            exit (Watch-SleapFolder '$videos' -Model '$($run.Path)' -SettleTime 0 -Once -WarningAction SilentlyContinue).ExitCode" | Out-Null
        $LASTEXITCODE | Should -Be 2
        Join-Path $videos 'a.predictions.slp' | Should -Exist
    }

    It 'writes nothing with -WhatIf' {
        Watch-SleapFolder $videos -Model $run -Once -WhatIf
        Get-ChildItem $videos -Force | Should -HaveCount 1
    }

    It 'says that there is no such folder' {
        { Watch-SleapFolder (Join-Path $videos none) -Model $run -Once } | Should -Throw -ErrorId 'PathNotFound*'
    }
}
