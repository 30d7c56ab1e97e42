using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Assize.Evaluation;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Suites;

/// <summary>
/// What a part of a document may look like, read off the way its type is read from JSON: a new judge or a new setting is known here by itself.
/// </summary>
internal abstract class Shape
{
    private static readonly ConcurrentDictionary<(JsonSerializerOptions Options, Type Type), Shape> Known = new();

    /// <summary>What is expected, for a person.</summary>
    public abstract string Expected { get; }

    /// <summary>The shape of a type by its context; built once.</summary>
    public static Shape Of(Type type, JsonSerializerOptions options) =>
        Known.GetOrAdd((options, type), key => Build(key.Type, key.Options));

    /// <summary>Notes everything in the node that does not fit.</summary>
    /// <param name="node">What was written.</param>
    /// <param name="path">Where it stands in its document.</param>
    /// <param name="at">Where mistakes go.</param>
    public void Check(Node node, string path, Reading at)
    {
        if (node is Refused)
        {
            at.Skip(path);
        }
        else
        {
            Fit(node, path, at);
        }
    }

    /// <summary>Writes a node that fits as the JSON its type is read from.</summary>
    public abstract void Write(Node node, Utf8JsonWriter json);

    protected abstract void Fit(Node node, string path, Reading at);

    protected void Wrong(Node node, string path, Reading at)
    {
        var suggestion = this is TextShape && node is Scalar { Is: not ScalarKind.Null } scalar ? $"Put it in quotes: \"{Spelling.Printable(scalar.Text)}\"."
            : node is Scalar { Is: ScalarKind.Null } ? "Give it a value, or leave the field out."
            : null;
        at.Note(node.Line, path, $"This must be {Expected}, not {node.Kind}.", suggestion);
    }

    private static Shape Build(Type type, JsonSerializerOptions options)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain == typeof(string) || plain.GetInterfaces().Any(its => its.IsGenericType && its.GetGenericTypeDefinition() == typeof(IName<>)))
        {
            return new TextShape();
        }

        if (plain == typeof(Mark))
        {
            return new MarkShape();
        }

        if (plain.IsEnum)
        {
            return new WordShape(plain);
        }

        if (plain == typeof(bool))
        {
            return new TruthShape();
        }

        if (plain == typeof(DateTimeOffset))
        {
            return new MomentShape();
        }

        if (NumberShape.Of(plain) is { } number)
        {
            return number;
        }

        var info = options.GetTypeInfo(plain);
        return info.Kind switch
        {
            JsonTypeInfoKind.Object when info.PolymorphismOptions is { } union => new UnionShape(union, options),
            JsonTypeInfoKind.Object => new RecordShape(info, null, SuiteDocument.FieldsBeside(info.Type)),
            JsonTypeInfoKind.Enumerable => new ListShape(new Lazy<Shape>(() => Of(info.ElementType!, options))),
            JsonTypeInfoKind.Dictionary => new TableShape(Of(info.KeyType!, options), new Lazy<Shape>(() => Of(info.ElementType!, options))),
            _ => new AnyShape(),
        };
    }
}

/// <summary>A record: known fields, some of them required.</summary>
internal sealed class RecordShape : Shape
{
    private readonly FrozenDictionary<string, Field> fields;
    private readonly string[] required;
    private readonly string? discriminator;
    private readonly (string Name, byte[] Json)[] defaults;

    /// <param name="info">How the type is read.</param>
    /// <param name="discriminator">The field that chose the type, and is no field of it.</param>
    /// <param name="others">Fields that stand in the document beside the type's own and are read by somebody else.</param>
    public RecordShape(JsonTypeInfo info, string? discriminator, IEnumerable<string> others)
    {
        this.discriminator = discriminator;
        var own = info.Properties.Where(property => property.Set is not null || property.AssociatedParameter is not null).ToArray();
        fields = own.Select(property => new Field(property, info.Options))
            .Concat(others.Select(name => new Field(name)))
            .ToFrozenDictionary(field => field.Name, StringComparer.Ordinal);
        required = [.. fields.Values.Where(field => field.Required).Select(field => field.Name)];
        defaults = Defaults(info, own);
    }

    public override string Expected => $"a group of fields ({string.Join(", ", fields.Keys.Order(StringComparer.Ordinal))})";

    public IReadOnlyCollection<string> Names => fields.Keys;

    public override void Write(Node node, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var entry in ((Map)node).Entries)
        {
            if (entry.Key == discriminator)
            {
                json.WriteString(entry.Key, ((Scalar)entry.Value).Text);
            }
            else if (fields[entry.Key].Shape is { } shape)
            {
                json.WritePropertyName(entry.Key);
                if (fields[entry.Key].MayBeNull && entry.Value is Scalar { Is: ScalarKind.Null })
                {
                    json.WriteNullValue();
                }
                else
                {
                    shape.Write(entry.Value, json);
                }
            }
        }

        foreach (var (name, value) in defaults)
        {
            if (((Map)node).Find(name) is null)
            {
                json.WritePropertyName(name);
                json.WriteRawValue(value);
            }
        }

        json.WriteEndObject();
    }

    protected override void Fit(Node node, string path, Reading at)
    {
        if (node is not Map map)
        {
            Wrong(node, path, at);
            return;
        }

        foreach (var entry in map.Entries)
        {
            if (entry.Key == discriminator)
            {
                continue;
            }

            var key = entry.Step;
            var place = path.Length == 0 ? key : $"{path}.{key}";
            if (!fields.TryGetValue(entry.Key, out var field))
            {
                if (at.Foreign)
                {
                    continue;
                }

                at.Note(entry.Line, place, $"Unknown field {Spelling.Quote(entry.Key)}.", Spelling.Suggest(entry.Key, discriminator is null ? fields.Keys : [.. fields.Keys, discriminator]));
            }
            else if (!(field.MayBeNull && entry.Value is Scalar { Is: ScalarKind.Null }))
            {
                field.Shape?.Check(entry.Value, place, at);
            }
        }

        foreach (var name in required)
        {
            if (map.Find(name) is null)
            {
                at.Note(map.Line, path.Length == 0 ? name : $"{path}.{name}", "The field is missing.", $"Add '{name}': {fields[name].Shape?.Expected ?? "see the suite format"}.");
            }
        }
    }

    /// <summary>
    /// What a field is when it is left out, as its initialiser says. It is written out because the generated readers set every init-only property,
    /// those that are absent to null or zero (dotnet/runtime issue 84484).
    /// </summary>
    private static (string Name, byte[] Json)[] Defaults(JsonTypeInfo info, JsonPropertyInfo[] own)
    {
        if (info.Type.GetConstructor(Type.EmptyTypes) is null)
        {
            return [];
        }

        var fresh = Activator.CreateInstance(info.Type)!;
        return
        [
            .. from property in own
               where !property.IsRequired && property.Get is not null
               let value = property.Get!(fresh)
               where value is not null && !(property.PropertyType.IsValueType && value.Equals(Activator.CreateInstance(property.PropertyType)))
               select (property.Name, JsonSerializer.SerializeToUtf8Bytes(value, info.Options.GetTypeInfo(property.PropertyType))),
        ];
    }

    private sealed class Field
    {
        private readonly Lazy<Shape>? shape;

        public Field(string name) => Name = name;

        public Field(JsonPropertyInfo property, JsonSerializerOptions options)
        {
            Name = property.Name;
            Required = property.IsRequired || property.AssociatedParameter is { HasDefaultValue: false, IsMemberInitializer: false };
            MayBeNull = Nullable.GetUnderlyingType(property.PropertyType) is not null || (!property.PropertyType.IsValueType && property.IsSetNullable);
            shape = new Lazy<Shape>(() => property.CustomConverter is null ? Of(property.PropertyType, options) : new AnyShape(property.CustomConverter is LiteralsConverter));
        }

        public string Name { get; }

        public bool Required { get; }

        public bool MayBeNull { get; }

        /// <summary>Null where somebody else reads the field.</summary>
        public Shape? Shape => shape?.Value;
    }
}

/// <summary>One of several records, chosen by a field.</summary>
internal sealed class UnionShape : Shape
{
    private readonly string discriminator;
    private readonly FrozenDictionary<string, RecordShape> records;

    public UnionShape(JsonPolymorphismOptions union, JsonSerializerOptions options)
    {
        discriminator = union.TypeDiscriminatorPropertyName;
        records = union.DerivedTypes.ToFrozenDictionary(
            derived => (string)derived.TypeDiscriminator!,
            derived => new RecordShape(options.GetTypeInfo(derived.DerivedType), discriminator, SuiteDocument.FieldsBeside(derived.DerivedType)),
            StringComparer.Ordinal);
    }

    public override string Expected => $"a group of fields with '{discriminator}'";

    /// <summary>The fields of all its records.</summary>
    public IEnumerable<string> Names => records.Values.SelectMany(record => record.Names).Append(discriminator).Distinct();

    public override void Write(Node node, Utf8JsonWriter json) => records[((Scalar)((Map)node)[discriminator]!).Text].Write(node, json);

    protected override void Fit(Node node, string path, Reading at)
    {
        if (node is not Map map)
        {
            Wrong(node, path, at);
        }
        else if (map.Find(discriminator) is not { } chosen)
        {
            at.Note(map.Line, $"{path}.{discriminator}", "The field is missing.", $"Add '{discriminator}', one of: {string.Join(", ", records.Keys.Order(StringComparer.Ordinal))}.");
        }
        else if (chosen.Value is not Scalar { Is: ScalarKind.Text } word)
        {
            at.Note(chosen.Line, $"{path}.{discriminator}", $"This must be one of: {string.Join(", ", records.Keys.Order(StringComparer.Ordinal))}; not {chosen.Value.Kind}.");
        }
        else if (!records.TryGetValue(word.Text, out var record))
        {
            at.Note(chosen.Line, $"{path}.{discriminator}", $"Unknown {discriminator} {Spelling.Quote(word.Text)}.", Spelling.Suggest(word.Text, records.Keys, "Known"));
            if (Spelling.Nearest(word.Text, records.Keys) is { } meant)
            {
                records[meant].Check(map, path, at);
            }
        }
        else
        {
            record.Check(map, path, at);
        }
    }
}
