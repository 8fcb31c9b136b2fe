"""Asking the editor for its settings."""

from typing import Final

from lsprotocol import types
from pygls.lsp.server import LanguageServer

SECTION: Final = "holdfast"


def can_ask(server: LanguageServer) -> bool:
    """Whether the editor answers `workspace/configuration`."""
    workspace = server.client_capabilities.workspace
    return workspace is not None and bool(workspace.configuration)


async def ask_editor(server: LanguageServer) -> object:
    """The section as the editor has it now."""
    params = types.ConfigurationParams(items=[types.ConfigurationItem(section=SECTION)])
    answers = await server.workspace_configuration_async(params)
    return answers[0] if answers else None


async def follow_changes(server: LanguageServer) -> None:
    """Ask to be told when the settings change, where the editor wants to be asked for that."""
    workspace = server.client_capabilities.workspace
    dynamic = workspace.did_change_configuration if workspace is not None else None
    if dynamic is not None and dynamic.dynamic_registration:
        registration = types.Registration(
            "holdfast-settings",
            types.WORKSPACE_DID_CHANGE_CONFIGURATION,
            types.DidChangeConfigurationRegistrationOptions(section=SECTION),
        )
        await server.client_register_capability_async(types.RegistrationParams([registration]))
