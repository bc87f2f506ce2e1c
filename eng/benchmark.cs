#:project Measurements/Measurements.csproj

// What AuthDemo costs, as ratios within one run: each kind of answer of the Api, the pages of Web, a start, and doing nothing.
//
//     dotnet run --file eng/benchmark.cs                               all parts but memory; about 15 minutes
//     dotnet run --file eng/benchmark.cs -- requests --rounds 10       one part; an unknown argument prints them all
//
// Ratios of one run compare, figures of different runs do not. The start is that of the last build: dotnet build AppHost.
return await AuthDemo.Measurements.Benchmark.RunAsync(args);
