BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
    $shared = Get-SharedFolder
    if ($shared) {
        $models = Join-Path $shared 'data/models'
    }
}

Describe 'Get-SleapModel' {
    It 'describes a model' {
        if (-not $shared) {
            Set-ItResult -Skipped -Because 'the reference data are not here'
            return
        }

        $model = Get-SleapModel "$models/minimal_instance_bottomup" -BatchSize 2
        $model.ModelType | Should -Be 'bottomup'
        $model.ParameterCount | Should -Be 150648
        $model.InputShape | Should -Be 2, 1, 384, 384
        $model.Heads[1].OutputShape | Should -Be 2, 2, 96, 96
        $model.Parts.Name | Should -Be 'encoder', 'middle', 'decoder', 'MultiInstanceConfmapsHead', 'PartAffinityFieldsHead'
        $model | Out-String | Should -Match '2 x 1 x 384 x 384'
        $model.InputShape[3] | Should -Be 384
    }

    It 'takes a folder of models and pipes them on' {
        if (-not $shared) {
            Set-ItResult -Skipped -Because 'the reference data are not here'
            return
        }

        $found = Get-SleapModel "$models/minimal_instance_*"
        $found.Count | Should -Be 6
        $found[0] | Test-SleapModel -Reference $found[0].Path -Tolerance 0 -Quiet | Should -BeTrue
        (Get-ChildItem $models -Filter '*centroid' | Get-SleapModel).ModelType | Should -Be 'centroid'
    }

    It 'names what is wrong with a folder' {
        { Get-SleapModel $TestDrive -ErrorAction Stop } | Should -Throw -ErrorId 'ModelConfigNotFound*'
        if (-not $shared) {
            return
        }

        Copy-Item "$models/minimal_instance_centroid" "$TestDrive/[broken]" -Recurse
        Set-Content -LiteralPath "$TestDrive/[broken]/best.ckpt" 'text'
        $model = Get-SleapModel -LiteralPath "$TestDrive/[broken]" -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem[0].FullyQualifiedErrorId | Should -Match '^CheckpointDamaged'
        $model.Problems | Should -Be $problem[0].Exception.Message
    }
}
