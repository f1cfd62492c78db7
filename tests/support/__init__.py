"""What the tests build on: workbooks, campaigns, servers and browsers made on the spot. No test is here."""
