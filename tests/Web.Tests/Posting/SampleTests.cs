using System.Text;
using Marketplace.Web.Tests.Support;
using Microsoft.Playwright;

namespace Marketplace.Web.Tests.Posting;

/// <summary>The form takes a table's columns from a file that stays in the browser.</summary>
public sealed class SampleTests(Chromium chromium, LiveMarket market)
{
    private const string People =
        """
        name;age;city;"blood; pressure";finding
        Person 1;41;Berlin;73.125;no
        Person 2;57;Paris;81.5;yes
        Person 3;?;Berlin;"90";no
        Person 4;63;"Paris";77.25;yes

        """;

    [Fact]
    public async Task Names_kinds_and_categories_are_sent_and_no_row_is()
    {
        IPage page = await chromium.OpenAsync();
        var sent = new StringBuilder();
        page.WebSocket += (_, socket) => socket.FrameSent += (_, frame) => sent.Append(Encoding.UTF8.GetString(frame.Binary ?? []));
        await OpenAsync(page);

        await ChooseAsync(page, Encoding.UTF8.GetBytes($"\uFEFF{People.Replace("\n", "\r\n", StringComparison.Ordinal)}"));
        await Assertions.Expect(page.Locator("table-columns li")).ToHaveTextAsync(
        [
            "name: not read", "age: a number", "city: a category: Berlin, Paris", "blood; pressure: a number", "finding: the class to learn: no, yes",
        ]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Take these columns" }).ClickAsync();

        await Assertions.Expect(page.Locator("[data-test=columns-total]")).ToHaveTextAsync("5 columns; a row gives the model 4 inputs.");
        await Assertions.Expect(page.Locator("[data-test=column-4] input").First).ToHaveValueAsync("blood; pressure");
        await Assertions.Expect(page.Locator("[data-test=follows]")).ToContainTextAsync("as many numbers as they give, 4");
        string frames = sent.ToString();
        Assert.Contains("Berlin", frames, StringComparison.Ordinal);
        Assert.Contains("blood; pressure", frames, StringComparison.Ordinal);
        Assert.All(["73.125", "81.5", "77.25", "Person 1", "Person 4"], cell => Assert.DoesNotContain(cell, frames, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_told_is_the_owners_to_correct_before_it_is_sent()
    {
        IPage page = await chromium.OpenAsync();
        await OpenAsync(page);
        await ChooseAsync(page, "1,2.5,a\n2,3.5,b\n3,4.5,a\n4,5.5,b\n"u8.ToArray());
        await Assertions.Expect(page.Locator("table-columns li")).ToHaveTextAsync(
            ["column1: a number", "column2: a number", "column3: the class to learn: a, b"]);

        await page.GetByLabel("What is to be learned").SelectOptionAsync("column2");
        await page.GetByLabel("Send the mean and deviation").CheckAsync();
        await Assertions.Expect(page.Locator("table-columns li")).ToHaveTextAsync(
        [
            "column1: a number, mean 2.5, deviation 1.11803", "column2: a number to learn, mean 4, deviation 1.11803", "column3: a category: a, b",
        ]);
        await page.Locator("table-columns").GetByLabel("The first line names the columns").CheckAsync();
        await Assertions.Expect(page.Locator("table-columns li").First).ToHaveTextAsync("1: a number, mean 3, deviation 0.816497");
    }

    public static TheoryData<string, string, string> Hostile => new()
    {
        { "no text", "a,b\n\0,1\n", "not text in UTF-8" },
        { "no line", "\n \r\n", "no whole line" },
        { "ragged", "a,b\n1,2\n3,4,5\n", "Line 3 has 3 fields, the first line 2" },
        { "open quote", "a,b\n1,\"2\n3\",4\n", "Line 2 has a quoted field that does not end on its line" },
        { "too wide", new string(',', 5000), "more than 4096 fields" },
        { "names only", "a,b\n", "no rows below the names" },
        { "one class", "a,b\n1,x\n2,x\n", "one value only" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task A_file_that_is_no_table_is_refused_in_words(string what, string text, string words)
    {
        IPage page = await chromium.OpenAsync();
        await OpenAsync(page);
        await ChooseAsync(page, Encoding.UTF8.GetBytes(text));
        await Assertions.Expect(page.Locator("table-columns [role=alert]")).ToContainTextAsync(words);
        Assert.False(await page.Locator("table-columns button[type=submit]").IsEnabledAsync(), what);
    }

    [Fact]
    public async Task Of_a_large_file_the_beginning_is_read()
    {
        IPage page = await chromium.OpenAsync();
        await OpenAsync(page);
        var large = new StringBuilder("number,é\n");
        while (large.Length < 5 << 20)
            large.Append(large.Length).Append(large.Length % 2 == 0 ? ",ä\n" : ",öö\n");
        await ChooseAsync(page, Encoding.UTF8.GetBytes($"{large}ragged\n"));
        await Assertions.Expect(page.Locator("table-columns li")).ToHaveTextAsync(["number: a number", "é: the class to learn: ä, öö"]);
    }

    private async Task OpenAsync(IPage page)
    {
        await page.GotoAsync(market.Dashboard.At("post"), new() { WaitUntil = WaitUntilState.NetworkIdle });
        await page.Locator("[data-test=template-table]").ClickAsync();
        await page.GetByText("Take the columns from a file").ClickAsync();
    }

    private static Task ChooseAsync(IPage page, byte[] file) =>
        page.GetByLabel("A CSV file").SetInputFilesAsync(new FilePayload { Name = "sample.csv", MimeType = "text/csv", Buffer = file });
}
