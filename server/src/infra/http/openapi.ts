import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { HttpServer } from './http-server.ts';
import { completeDocument, type OpenApiDocument } from './openapi-document.ts';

const DESCRIPTION = `Send a recording, get who said what.

Every request under /api/v1 carries an API key in the header \`X-API-Key\`. Every error is \`{"detail": "…"}\` with a
code in the header \`X-Error-Code\`; every answer has an \`X-Request-Id\` to report when something is wrong.

What is under /v1 is for the clients of OpenAI: the same keys in \`Authorization: Bearer\`, and errors in their shape.`;

const TITLE = 'Icana Transcription API';

/** In the order in which a newcomer wants them. */
const TAGS = [
  { name: 'jobs', description: 'Recordings, and what was said in them' },
  { name: 'webhooks', description: 'Being told instead of asking' },
  { name: 'openai', description: 'For programs written for OpenAI' },
  { name: 'account', description: 'Credit and what it was spent on' },
  { name: 'service', description: 'Without a key' },
];

/** The page's own HTML leaves this out, and a phone would show it in the tiny type of a desk's screen. */
const FIT_TO_PHONES = `document.head.insertAdjacentHTML(
  'beforeend', '<meta name="viewport" content="width=device-width, initial-scale=1">')`;

/** A column of every answer that has nothing in it, on a phone a third of the width. */
const NO_LINKS = '.swagger-ui .response-col_links { display: none }';

/**
 * Writes the OpenAPI document from the schemas of the routes added after this, at /openapi.json, and shows it as a page
 * at /docs. The page loads nothing from elsewhere.
 */
export async function describeApi(server: HttpServer, about: { version: string }): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: TITLE, version: about.version, description: DESCRIPTION },
      tags: TAGS,
      components: {
        securitySchemes: {
          apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
          bearer: { type: 'http', scheme: 'bearer' },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => completeDocument(jsonSchemaTransformObject(document) as OpenApiDocument),
  });
  await server.register(swaggerUi, {
    routePrefix: '/docs',
    // Without the bar that opens documents from anywhere, and the list of schemas, which stand at their routes.
    uiConfig: {
      layout: 'BaseLayout',
      defaultModelsExpandDepth: -1,
      docExpansion: 'list',
      tryItOutEnabled: true,
    },
    theme: {
      title: TITLE,
      css: [{ filename: 'no-links.css', content: NO_LINKS }],
      js: [{ filename: 'fit-to-phones.js', content: FIT_TO_PHONES }],
    },
  });
  server.get('/openapi.json', { schema: { tags: ['service'], summary: 'This document' } }, () =>
    server.swagger(),
  );
}
