using System.Text;
using Marketplace.Chain;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Templates;

namespace Marketplace.Protocol.Tests.Templates;

/// <summary>What owners start from is in order, but for what only they can fill in.</summary>
public class ProjectTemplateTests
{
    private static readonly Address Aggregator = Address.Parse("0x70997970C51812dc3A010C7d01b50e0d17dc79C8");
    private static readonly Address Court = Address.Parse("0x90F79bf6EB2c4f870365E785982E1f101E93b906");

    public static TheoryData<string> Keys => [.. ProjectTemplate.All.Select(template => template.Key)];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Its_files_can_be_posted_once_the_parties_are_filled_in(string key)
    {
        ProjectTemplate template = Find(key);
        Assert.Empty(template.Draft.FindProblems());
        TermsFile terms = TermsFile.Parse(Encoding.UTF8.GetBytes(template.WriteTerms(Aggregator, Court)));
        Assert.Empty(terms.FindProblems(Units.EtherDecimals));
        Assert.Equal(($"{Aggregator}", $"{Court}", "project.json"), (terms.Aggregator, terms.Arbitrator, terms.Document));
        Assert.Equal(template.LearningRate, terms.HyperParameters.LearningRate);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Nobody_posts_it_to_somebody_who_was_never_asked(string key)
    {
        TermsFile terms = TermsFile.Parse(Encoding.UTF8.GetBytes(Find(key).WriteTerms(Address.Zero, Address.Zero)));
        Assert.Equal(["aggregator", "arbitrator"], terms.FindProblems(Units.EtherDecimals).Select(problem => problem.Field));
    }

    [Fact]
    public void Adam_takes_shorter_steps_than_gradient_descent() =>
        Assert.True(Find("text").LearningRate[1] < Find("images").LearningRate[1]);

    private static ProjectTemplate Find(string key) => ProjectTemplate.All.Single(template => template.Key == key);
}
