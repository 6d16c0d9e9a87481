BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
}

Describe 'Uninstall-SleapRuntime' {
    BeforeEach {
        $folder = New-Item -ItemType Directory "$TestDrive/runtimes/old" -Force
        '{ "Backend": "Cpu", "LibtorchVersion": "2.9.0", "TorchSharpVersion": "0.106.0", "RuntimeIdentifier": "linux-x64", "Files": {} }' | Set-Content "$folder/runtime.json"
        $env:SLEAPNN_RUNTIME = "$TestDrive/runtimes"
    }

    AfterEach {
        $env:SLEAPNN_RUNTIME = $null
    }

    It 'removes what this module cannot use' {
        $runtime = (Get-SleapSystem).InstalledRuntimes | Where-Object Path -eq $folder.FullName
        $runtime.IsUsable | Should -BeFalse
        $runtime.Problem | Should -Not -BeNullOrEmpty

        $runtime | Uninstall-SleapRuntime -WhatIf
        $folder | Should -Exist
        $runtime | Uninstall-SleapRuntime
        $folder.FullName | Should -Not -Exist
    }

    It 'leaves other folders alone' {
        { Uninstall-SleapRuntime $TestDrive -ErrorAction Stop } | Should -Throw -ErrorId 'RuntimeNotFound*'
        $folder | Should -Exist
    }
}
