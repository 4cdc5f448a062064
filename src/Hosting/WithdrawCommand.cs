using System.CommandLine;
using Marketplace.Chain;

namespace Marketplace.Hosting;

/// <summary>The command with which every party takes its money out of the market.</summary>
public static class WithdrawCommand
{
    /// <summary>The command, with its settings and what it does.</summary>
    public static Command Create()
    {
        var token = new Setting("token", "Address of the ERC-20 token, or native", "native");
        var receiver = new Option<string?>("--to") { Description = "Account to pay, the own one unless it is given", HelpName = "address" };
        var amount = new Option<string?>("--amount") { Description = "How much, in the token's unit (1.5); everything unless it is given" };
        return new Command("withdraw", "Withdraws what the account has earned and can withdraw of a token") { receiver, amount }
            .WithSettings([.. SharedSettings.Network, .. SharedSettings.Account, token])
            .Does(async (context, cancellationToken) =>
            {
                Address currency = TokenArgument.Parse(context.Settings.Require(token));
                Address? to = context.Arguments.GetValue(receiver) is { } text ? ParseReceiver(text) : null;
                await using Party party = await Party.OpenAsync(context.Settings, context.Log, cancellationToken);
                await party.CreditPayAsync(currency, cancellationToken);
                await party.WithdrawAsync(currency, to, context.Arguments.GetValue(amount), Console.WriteLine, cancellationToken);
                if (currency.IsZero && context.Arguments.GetValue(amount) is null)
                    await party.WithdrawDepositsAsync(to, Console.WriteLine, cancellationToken);
                return 0;
            });
    }

    private static Address ParseReceiver(string text) =>
        AddressArgument.Parse("--to", text) is { IsZero: false } receiver
            ? receiver
            : throw new UsageException("--to expects an account, not the zero address, from which nobody gets anything back");
}
