"""Every e-mail that leaves. To add one: a class in the file of its subject, and its texts in email_texts.yaml.

class ExportReadyEmail(StaffEmail):                # a kind of e-mail; an object is an e-mail to one address
    name = "export_ready"                          # its name in the tasks and in the texts
    label = _("file is ready")                     # in the backoffice
    examples = {"naam": "Anna"}                    # its placeholders, with what the preview shows for them
    max_attempts = 18                              # about a day

    @classmethod
    def find(cls, run_id): ...                     # the e-mail, or None if it is no longer needed
    def get_context(self): ...                     # what the template shows beside the texts

ExportReadyEmail.enqueue(run.pk)                   # in the lane for mail, with retries
ExportReadyEmail.find(run.pk).send()               # at once; raises SMTPException or OSError
"""
