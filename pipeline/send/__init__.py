"""What stage 9 needs to compose: addresses, parts, encryption, text, finished bytes and their proof. Nothing leaves."""
