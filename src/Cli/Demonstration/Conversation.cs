using System.Globalization;

namespace Assize.Cli.Demonstration;

/// <summary>What users of the simulated applications ask in three languages, and what they are answered: well, or with a brush-off.</summary>
internal static class Conversation
{
    public static readonly string[] Languages = ["de", "en", "fr"];

    /// <summary>Sentences of an answer.</summary>
    private const int Parts = 3;

    private static readonly Dictionary<string, (string Question, string[] Answer)[]> Topics = new()
    {
        ["de"] =
        [
            ("Wo ist mein Paket {0}, und wann kommt das Paket bei mir an?", ["Ihr Paket {0} kommt morgen an.", "Das Paket ist bei der Post und wird zwischen neun und zwölf Uhr gebracht.", "Sie können mit der Nummer {0} jederzeit nachsehen, wo es gerade ist."]),
            ("Wie bekomme ich mein Geld für Bestellung {0} zurück?", ["Das Geld für Bestellung {0} bekommen Sie zurück, sobald die Ware bei uns ist.", "Es dauert danach drei Werktage.", "Einen Aufkleber für die Rücksendung haben wir Ihnen eben geschickt."]),
            ("Kann ich die Adresse von Bestellung {0} noch ändern?", ["Ja, die Adresse von Bestellung {0} kann ich noch ändern.", "Nennen Sie mir bitte Straße, Ort und Postleitzahl.", "Nach dem Versand geht das leider nicht mehr."]),
        ],
        ["en"] =
        [
            ("Where is my parcel {0}, and when will the parcel arrive?", ["Your parcel {0} will arrive tomorrow.", "It is with the carrier now and will be brought between nine and noon.", "You can look at any time where the parcel is with the number {0}."]),
            ("How do I get my money back for order {0}?", ["You get your money back for order {0} as soon as the goods are with us.", "From then on it takes three working days.", "A label for the return has just been sent to you."]),
            ("Can I still change the address of order {0}?", ["Yes, I can still change the address of order {0}.", "Please tell me the street, the town and the postal code.", "Once it has been shipped that is not possible any more."]),
        ],
        ["fr"] =
        [
            ("Où est mon colis {0}, et quand mon colis va arriver ?", ["Votre colis {0} va arriver demain.", "Il est chez le transporteur et sera livré entre neuf heures et midi.", "Avec le numéro {0} vous pouvez voir à tout moment où est le colis."]),
            ("Comment puis-je me faire rembourser la commande {0} ?", ["La commande {0} sera remboursée dès que nous aurons la marchandise.", "Il faut compter ensuite trois jours ouvrables.", "Une étiquette de retour vient de vous être envoyée."]),
            ("Puis-je encore changer l'adresse de la commande {0} ?", ["Oui, je peux encore changer l'adresse de la commande {0}.", "Indiquez-moi la rue, la ville et le code postal.", "Après l'expédition ce n'est plus possible."]),
        ],
    };

    private static readonly Dictionary<string, string> BrushOffs = new() { ["de"] = "Dazu kann ich nichts sagen.", ["en"] = "I cannot tell.", ["fr"] = "Je ne sais pas." };

    /// <param name="language">In which language.</param>
    /// <param name="number">The parcel or order that it is about.</param>
    /// <param name="worse">Whether the application brushes nine of ten users off.</param>
    /// <param name="dice">What else is left to chance: the topic, and how much of an answer is given.</param>
    public static (string Question, string Answer) Of(string language, int number, bool worse, Dice dice)
    {
        var (topic, left, brushed) = (dice.Of(Topics[language].Length), dice.Of(Parts + 1), dice.Roll() < 0.9);
        var (question, answer) = Of(language, number, topic, left);
        return (question, worse && brushed ? BrushOffs[language] : answer);
    }

    /// <summary>One of each kind after the other: as many of every topic and of every way to answer it as chance would give on average.</summary>
    /// <param name="language">In which language.</param>
    /// <param name="number">The parcel or order that it is about.</param>
    /// <param name="place">Which kind.</param>
    public static (string Question, string Answer) Typical(string language, int number, int place) =>
        Of(language, number, place % Topics[language].Length, place / Topics[language].Length % (Parts + 1));

    /// <param name="left">The part of the answer that is missing, so that there is something to be better or worse than; none where there is no such part.</param>
    private static (string Question, string Answer) Of(string language, int number, int topic, int left)
    {
        var (question, answer) = Topics[language][topic];
        string Said(string text) => string.Format(CultureInfo.InvariantCulture, text, number);
        return (Said(question), Said(string.Join(' ', answer.Where((_, i) => i != left))));
    }
}
