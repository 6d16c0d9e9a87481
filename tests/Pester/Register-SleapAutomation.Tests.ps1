BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
    $folder = New-Item (Join-Path $TestDrive 'a b') -ItemType Directory
    $model = New-Item (Join-Path $TestDrive 'model') -ItemType Directory
    $before = $env:SLEAPNN_AUTOMATION, $env:PATH
    $env:SLEAPNN_AUTOMATION = Join-Path $TestDrive 'store'
}

AfterAll {
    $env:SLEAPNN_AUTOMATION, $env:PATH = $before
}

Describe 'Automations' -Skip:$IsWindows {
    BeforeAll {
        $bin = New-Item (Join-Path $TestDrive 'bin') -ItemType Directory
        Set-Content (Join-Path $bin 'crontab') "#!/bin/sh`nif [ `"`$1`" = -l ]; then cat `"`$0.tab`" 2>/dev/null || { echo 'no crontab for me' >&2; exit 1; }; else cat > `"`$0.tab`"; fi"
        chmod +x (Join-Path $bin 'crontab')
        $env:PATH = "${bin}:$env:PATH"
    }

    It 'are registered, listed and removed' {
        $automation = Register-SleapAutomation $folder -Model $model -Name cages -Kind Cron -Interval 15m -Tracking -MaxTracks 2
        $automation | Should -BeOfType SleapNn.SleapAutomation
        Get-Content (Join-Path $bin 'crontab.tab') | Select-Object -Last 1 | Should -Match '^\*/15 \* \* \* \* \S*pwsh -NoLogo -NoProfile -NonInteractive -File '
        $script = Get-Content $automation.ScriptPath -Raw
        $script | Should -Match 'MaxTracks = 2'
        { [scriptblock]::Create($script) } | Should -Not -Throw
        (Get-SleapAutomation c*).Schedule | Should -Be 'every 15 min'
        Get-SleapAutomation | Unregister-SleapAutomation
        Get-SleapAutomation | Should -BeNullOrEmpty
        Get-Content (Join-Path $bin 'crontab.tab') | Should -BeNullOrEmpty
    }

    It 'are shown and not written with -WhatIf' {
        Register-SleapAutomation $folder -Model $model -Name cages -Kind Systemd -At 22:00 -WhatIf | Should -BeNullOrEmpty
        Get-SleapAutomation | Should -BeNullOrEmpty
    }

    It 'need names that files can have' {
        { Register-SleapAutomation $folder -Model $model -Name 'a/b' -Kind Cron } | Should -Throw -ErrorId 'AutomationName*'
    }
}
