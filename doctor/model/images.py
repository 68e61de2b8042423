"""Container images of functions, by the names of ECR's API."""

from typing import Any

from doctor.model.record import Shape, Time


class ImageDetail(Shape, rename="camel"):
    """An image that a function runs."""

    image_digest: str
    image_tags: tuple[str, ...] = ()
    image_size_in_bytes: int = 0
    """Bytes, compressed."""
    image_pushed_at: Time | None = None
    image_manifest_media_type: str = ""
    image_status: str = ""


class Repository(Shape, tag_field="type", tag="AWS::ECR::Repository", rename="camel"):
    """A repository that functions' images come from, with those images and with who may pull."""

    repository_arn: str
    repository_name: str = ""
    registry_id: str = ""
    policy_text: dict[str, Any] | None = None
    """``None``: there is none, or it was not read (see the gaps)."""
    image_details: tuple[ImageDetail, ...] = ()
    """Of the images that functions name, those that are there (see the gaps)."""

    @property
    def arn(self) -> str:
        """The key in the snapshot."""
        return self.repository_arn
