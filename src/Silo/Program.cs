Console.WriteLine("assize silo");
