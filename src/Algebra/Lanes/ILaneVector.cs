namespace Marketplace.Algebra.Lanes;

/// <summary>A vector register of 64-bit lanes, with what field arithmetic needs of it. Pointers need no alignment.</summary>
internal unsafe interface ILaneVector<TSelf>
    where TSelf : struct, ILaneVector<TSelf>
{
    /// <summary>Whether this processor has the instructions.</summary>
    static abstract bool IsSupported { get; }

    static abstract int Lanes { get; }

    /// <summary>Every lane the same value.</summary>
    static abstract TSelf Broadcast(ulong value);

    /// <summary>One word a lane from consecutive memory.</summary>
    static abstract TSelf Load(ulong* source);

    /// <summary>One word a lane to consecutive memory.</summary>
    static abstract void Store(ulong* target, TSelf value);

    /// <summary>a + b mod 2^64.</summary>
    static abstract TSelf Add(TSelf a, TSelf b);

    /// <summary>a − b mod 2^64.</summary>
    static abstract TSelf Subtract(TSelf a, TSelf b);

    /// <summary>Product of the low halves: (a mod 2^32)·(b mod 2^32).</summary>
    static abstract TSelf MultiplyLow(TSelf a, TSelf b);

    /// <summary>Bitwise and.</summary>
    static abstract TSelf And(TSelf a, TSelf b);

    /// <summary>Bitwise or.</summary>
    static abstract TSelf Or(TSelf a, TSelf b);

    /// <summary>Bitwise exclusive or.</summary>
    static abstract TSelf Xor(TSelf a, TSelf b);

    /// <summary>Shifts every lane to the left.</summary>
    static abstract TSelf ShiftLeft(TSelf a, byte count);

    /// <summary>Shifts every lane to the right, filling with zeros.</summary>
    static abstract TSelf ShiftRight(TSelf a, byte count);

    /// <summary>Reads four words at an offset, in words, from each lane's address; word k of lane l goes to lane l of wk.</summary>
    static abstract void LoadTransposed(ulong** rows, int offset, out TSelf w0, out TSelf w1, out TSelf w2, out TSelf w3);

    /// <summary>Writes four words at an offset from each lane's address: inverse of <see cref="LoadTransposed"/>.</summary>
    static abstract void StoreTransposed(ulong** rows, int offset, TSelf w0, TSelf w1, TSelf w2, TSelf w3);
}
