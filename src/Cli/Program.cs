Console.WriteLine("assize");
