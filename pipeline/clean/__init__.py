"""What cleaning needs beside its rules on one text: people’s cells set apart, changes recorded."""
