-- What accounts have signed. Every write names the epoch that its writer took the account with, and is refused once that is over.

CREATE TABLE fleet.accounts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    chain_id bigint NOT NULL CHECK (chain_id > 0),
    genesis bytea NOT NULL CHECK (length(genesis) = 32),
    address bytea NOT NULL CHECK (length(address) = 20),
    -- Counts how often the account was taken: who took it last owns it.
    epoch bigint NOT NULL,
    taken_at timestamptz NOT NULL,
    UNIQUE (chain_id, genesis, address)
);

CREATE TABLE fleet.intents (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account bigint NOT NULL REFERENCES fleet.accounts,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 500),
    nonce bigint NOT NULL CHECK (nonce >= 0),
    -- As the node gave it; null until one of the attempts is confirmed.
    receipt text,
    -- A foreign transaction has used the nonce for good: this row is history, and the intent may have another one.
    replaced boolean NOT NULL DEFAULT false,
    CHECK (NOT (replaced AND receipt IS NOT NULL))
);

-- No two intents share a nonce, and no intent has two of them. What was replaced does not count: none of it can be mined any more, and a
-- reorganization so deep that the foreign transaction is gone as well leaves the nonce to whoever fills the gap.
CREATE UNIQUE INDEX intents_one_nonce ON fleet.intents (account, nonce) WHERE NOT replaced;
CREATE UNIQUE INDEX intents_one_key ON fleet.intents (account, key) WHERE NOT replaced;

-- The transactions signed for an intent, all with its nonce: each pays more than the one before.
CREATE TABLE fleet.attempts (
    intent bigint NOT NULL REFERENCES fleet.intents,
    number integer NOT NULL CHECK (number >= 0),
    hash bytea NOT NULL CHECK (length(hash) = 32),
    raw bytea NOT NULL,
    epoch bigint NOT NULL,
    signed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (intent, number)
);
