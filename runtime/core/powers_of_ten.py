"""Prints powers_of_ten.def: the first 128 bits of 10**k for every power that a double can need.

Truncated, but rounded up for -27 <= k < 0, where the Eisel-Lemire product is then exact (Mushtak and Lemire 2023)."""

FIRST, LAST, PER_LINE = -342, 324, 2


def leading_bits(k):
    if k >= 0:
        value = 10 ** k
        shift = value.bit_length() - 128
        return value >> shift if shift > 0 else value << -shift
    bits = (10 ** -k).bit_length() + 127
    quotient, rest = divmod(2 ** bits, 10 ** -k)
    if quotient >> 128:
        quotient, rest = quotient >> 1, rest | quotient & 1
    return quotient + 1 if k >= -27 and rest else quotient


entries = [leading_bits(k) for k in range(FIRST, LAST + 1)]
assert all(entry >> 127 == 1 for entry in entries)
print("/* Made by powers_of_ten.py: POWER(high 64 bits, low 64 bits) of the first 128 bits of 10^k, k from %d to %d. */"
      % (FIRST, LAST))
texts = ["POWER(0x%016x, 0x%016x)" % (entry >> 64, entry & (2 ** 64 - 1)) for entry in entries]
for at in range(0, len(texts), PER_LINE):
    print(" ".join(texts[at:at + PER_LINE]))
