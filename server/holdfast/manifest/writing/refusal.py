"""Why a manifest is not written."""

from holdfast.errors import HoldfastError


class ManifestRefused(HoldfastError):
    """The file cannot be written without the risk of losing what somebody wrote; nothing was changed."""
