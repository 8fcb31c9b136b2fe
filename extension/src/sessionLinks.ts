// Ids of sessions in the sidecar's answers, as links that open the session.

import { DocumentLink, type DocumentLinkProvider, Range, type TextDocument, Uri } from "vscode";
import { sessionIds } from "./sessionAnswers";

export class SessionLinks implements DocumentLinkProvider {
  provideDocumentLinks(document: TextDocument): DocumentLink[] {
    return sessionIds(document.getText()).map(({ id, start, end }) => {
      const target = Uri.from({ scheme: "command", path: "holdfast.readSession", query: JSON.stringify([{ session: id }]) });
      const link = new DocumentLink(new Range(document.positionAt(start), document.positionAt(end)), target);
      link.tooltip = "Open the session";
      return link;
    });
  }
}
