using Assize.Silo;

var builder = WebApplication.CreateBuilder(args);
builder.AddSilo();
builder.Build().Run();
