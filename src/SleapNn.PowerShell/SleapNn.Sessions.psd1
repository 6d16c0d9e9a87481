# A part of the module that SleapNn.psm1 imports once SleapNn.Core.dll is loaded: PowerShell reads the type files of
# SleapNn.psd1 before that, and this one names a type of the assembly.
@{
    ModuleVersion = '0.1.0'
    GUID = '3f0d7d0a-6f2b-4a35-8d0e-5c1f5d0b7c1e'
    Author = 'SleapNn contributors'
    PowerShellVersion = '7.4'
    TypesToProcess = @('Sessions.types.ps1xml')
    FunctionsToExport = @()
    CmdletsToExport = @()
    VariablesToExport = @()
    AliasesToExport = @()
}
