BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
    $demo = New-SleapDemoDataset (Join-Path $TestDrive 'demo') -Frames 6
    $script:config = New-SleapConfig -Head single_instance -Backbone unet
    $config.data_config.train_labels_path = @($demo.TrainPath)
    $config.data_config.use_augmentations_train = $true
    $config.data_config.augmentation_config = [SleapNn.Configuration.AugmentationConfig]@{ Geometric = [SleapNn.Configuration.GeometricConfig]@{ AffineP = 1 } }
    $script:file = Join-Path $TestDrive 'config.yaml'
    $config | Export-SleapConfig $file
}

Describe 'Show-SleapAugmentation' {
    It 'draws a sheet of a configuration from the pipeline' {
        $sheet = $config | Show-SleapAugmentation -OutputPath (Join-Path $TestDrive 'a.png') -Count 2 -Samples 2 -Seed 1
        $sheet | Should -BeOfType System.IO.FileInfo
        $sheet.Length | Should -BeGreaterThan 1000
    }

    It 'draws the same sheet of a file, and another with another seed' {
        $first = Show-SleapAugmentation $file (Join-Path $TestDrive 'b.png') -Count 2 -Samples 2 -Seed 1
        $again = Get-Item $file | Show-SleapAugmentation -OutputPath (Join-Path $TestDrive 'c.png') -Count 2 -Samples 2 -Seed 1
        $other = Show-SleapAugmentation $file (Join-Path $TestDrive 'd.png') -Count 2 -Samples 2 -Seed 2
        (Get-FileHash $again).Hash | Should -Be (Get-FileHash $first).Hash
        (Get-FileHash $other).Hash | Should -Not -Be (Get-FileHash $first).Hash
    }

    It 'does nothing with -WhatIf and overwrites only with -Force' {
        $path = Join-Path $TestDrive 'e.png'
        $config | Show-SleapAugmentation -OutputPath $path -WhatIf
        $path | Should -Not -Exist
        $null = $config | Show-SleapAugmentation -OutputPath $path -Count 1 -Samples 1
        { $config | Show-SleapAugmentation -OutputPath $path -Count 1 -Samples 1 -ErrorAction Stop } | Should -Throw -ErrorId 'AugmentationSheetExists*'
        $config | Show-SleapAugmentation -OutputPath $path -Count 1 -Samples 1 -Force | Should -Not -BeNullOrEmpty
    }

    It 'says so where nothing is varied' {
        $plain = Import-SleapConfig $file
        $plain.data_config.use_augmentations_train = $false
        { $plain | Show-SleapAugmentation -OutputPath (Join-Path $TestDrive 'f.png') -ErrorAction Stop } | Should -Throw -ErrorId 'AugmentationOff*'
    }
}
