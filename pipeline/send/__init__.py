"""9. send       Lot -> Delivery          compose (pure), then deliver; nothing leaves unless it is confirmed

A finished message is read again and compared with what was meant before it may leave (`written`). No cell of the
workbook reaches its head or its text. `delivery` hands messages over in rounds, `faults` gives each refusal one French
sentence, and `smtp` is the only module that speaks SMTP: smtplib's `send_message` does not fail when one of two
recipients is refused. Between the last byte and the answer nobody can know: such a message stays « incertain » until a
person decides.
"""
