import type { Routes } from './http-server.ts';

/** All we take as JSON is a few short fields, and a URL. */
const BODY_LIMIT_BYTES = 8192;

/** Adds routes that read JSON. All others do without, and a body of theirs is not looked at. */
export async function addJsonRoutes(routes: Routes, add: (routes: Routes) => void): Promise<void> {
  await routes.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'string', bodyLimit: BODY_LIMIT_BYTES },
      scope.getDefaultJsonParser('error', 'error'),
    );
    add(scope);
  });
}
