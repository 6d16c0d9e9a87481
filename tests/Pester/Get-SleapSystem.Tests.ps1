BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
}

Describe 'Get-SleapSystem' {
    It 'tells versions and devices' {
        $system = Get-SleapSystem
        $system.PowerShellVersion | Should -Be $PSVersionTable.PSVersion.ToString()
        $system.ModuleVersion | Should -Be (Get-Module SleapNn).Version.ToString()
        $system.Torch.Works | Should -BeTrue
        $system.Devices.Id | Should -Contain 'cpu'
        $system.NativeLibraries.Name -match 'torch_cpu' | Should -Not -BeNullOrEmpty
    }

    It 'is readable and can be kept as JSON' {
        Get-SleapSystem | Out-String | Should -Match 'Memory layout'
        (Get-SleapSystem | ConvertTo-Json -Depth 4 | ConvertFrom-Json).Mps.Name | Should -Be 'MPS'
    }
}
