BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
    $executable = (Get-Process -Id $PID).Path
}

Describe 'Install-SleapRuntime' {
    It 'shows with -WhatIf what would come from where' {
        $output = & $executable -NoProfile -NonInteractive -Command "Import-Module '$modulePath'; Install-SleapRuntime -Backend Cuda -RuntimeIdentifier win-x64 -Source '$TestDrive' -Destination '$TestDrive/lab' -WhatIf"
        $output -join "`n" | Should -Match 'libtorch 2\.10\.0 for CUDA 12\.8 \(win-x64\)'
        "$TestDrive/lab" | Should -Not -Exist
    }

    It 'says what is missing where' {
        $failure = { Install-SleapRuntime -Backend Cpu -RuntimeIdentifier linux-x64 -Source $TestDrive -Destination "$TestDrive/lab" -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'RuntimePackageNotFound,SleapNn.PowerShell.Commands.InstallSleapRuntime'
        $failure.Exception.Message | Should -Match 'TorchSharp 0\.107\.0'
    }

    It 'refuses another version than the module works with' {
        { Install-SleapRuntime -Backend Cpu -Version 1.0.0 -ErrorAction Stop } | Should -Throw -ErrorId 'RuntimeVersionMismatch*'
    }

    It 'is asked for where the libraries are missing' {
        $copy = "$TestDrive/SleapNn"
        Copy-Item $modulePath $copy -Recurse -Exclude '*.so', '*.so.1', 'torch_*', 'LibTorchSharp*', '*SharpExtern*'
        Get-ChildItem "$copy/bin" | Where-Object { $_.Name -match '\.so|^torch_|LibTorchSharp|SharpExtern' } | Remove-Item
        $command = "`$env:SLEAPNN_RUNTIME = '$TestDrive/none'; Import-Module '$copy'; try { New-SleapDemoDataset '$TestDrive/demo' -ErrorAction Stop } catch { `$_.FullyQualifiedErrorId; `$_.Exception.Message }"
        $output = & $executable -NoProfile -NonInteractive -Command $command
        $output[0] | Should -Match '^RuntimeNotInstalled'
        $output -join "`n" | Should -Match 'Install-SleapRuntime -Backend C'
    }
}
