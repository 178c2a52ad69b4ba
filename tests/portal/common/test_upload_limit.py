"""Uploads: let go of as they pass the limit, remembered by name, and never kept half."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django import Settings

LIMIT = 100_000


@pytest.fixture(autouse=True)
def small(settings: Settings, tmp_path: Path) -> None:
    settings.UPLOAD_LIMIT = LIMIT
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    # Files pass through the disk well below the limit, as large ones do.
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10_000


def sent(*sizes: int) -> HttpRequest:
    files = [SimpleUploadedFile(f"fil{n}.csv", b"x" * size) for n, size in enumerate(sizes)]
    return RequestFactory().post(
        "/", {"felt": "værdi", **{f"file{n}": file for n, file in enumerate(files)}}
    )


@pytest.mark.parametrize("size", [1, 10_001, LIMIT])
def test_a_file_up_to_the_limit_arrives_whole(size: int) -> None:
    request = sent(size)
    assert request.FILES["file0"].read() == b"x" * size
    assert not hasattr(request, "upload_too_large")
    request.close()


@pytest.mark.parametrize("size", [LIMIT + 1, 10 * LIMIT])
def test_a_file_past_the_limit_does_not_arrive_and_its_name_is_remembered(
    size: int, tmp_path: Path
) -> None:
    request = sent(size)
    assert "file0" not in request.FILES
    assert request.upload_too_large == "fil0.csv"
    # The rest of the form is read all the same.
    assert request.POST["felt"] == "værdi"
    request.close()
    assert list(tmp_path.iterdir()) == []


def test_a_file_beside_one_that_is_too_large_arrives(tmp_path: Path) -> None:
    request = sent(5, LIMIT + 1, 20_000)
    assert sorted(request.FILES) == ["file0", "file2"]
    assert request.FILES["file2"].size == 20_000
    assert request.upload_too_large == "fil1.csv"
    request.close()


@pytest.mark.parametrize("name", ["../../x.csv", "/etc/x.csv", "C:\\x.csv", "..\\x.csv"])
def test_a_path_in_the_name_is_gone_before_anybody_sees_it(name: str) -> None:
    request = RequestFactory().post("/", {"file": SimpleUploadedFile("x.csv", b"x")})
    body = request.body.replace(b'filename="x.csv"', f'filename="{name}"'.encode())
    again = RequestFactory().generic("POST", "/", body, content_type=request.content_type)
    if request.content_type == "multipart/form-data":
        again = RequestFactory().generic(
            "POST", "/", body, content_type=request.META["CONTENT_TYPE"]
        )
    assert again.FILES["file"].name == "x.csv"
