using SleapNn.Host;

return HostOptions.Parse(args) switch
{
    { Error: { } error } => HostProgram.Refuse(error),
    { Help: true } => HostProgram.ShowHelp(),
    { Version: true } => HostProgram.ShowVersion(),
    var options => new HostProgram(options).Run(),
};
