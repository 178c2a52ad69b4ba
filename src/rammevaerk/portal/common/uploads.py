"""Uploads have a limit that holds before the file is read to its end."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

TOO_LARGE = "upload_too_large"


class LimitedUpload(FileUploadHandler):
    """Lets go of a file as it passes the limit and remembers its name for the message.

    The rest of the body is read and thrown away, so that the person gets a page that says what
    happened and not a broken connection.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > settings.UPLOAD_LIMIT:
            setattr(self.request, TOO_LARGE, self.file_name)
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
